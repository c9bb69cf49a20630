"""The RQ side: queues, jobs, the worker process and the node agent."""
