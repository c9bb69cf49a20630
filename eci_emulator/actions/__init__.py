"""One typed function per API action; none of them sees HTTP."""
