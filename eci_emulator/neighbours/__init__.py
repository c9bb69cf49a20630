"""The few actions of other products (VPC, ECS, STS ...) that ECI users' tools call."""
