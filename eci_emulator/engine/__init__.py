"""Container engines behind one interface: Docker and a simulated one."""
