"""The few actions of other products that tools call around ECI's: VPC, ECS, STS ... Small, real state."""
