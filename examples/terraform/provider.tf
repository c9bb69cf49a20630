# The provider as it comes, pointed at the emulator. `eci-emulator env --terraform` prints the block filled in.
#
# alicloud_security_group_rule changes and deletes over HTTPS, whatever `protocol` says. To use it, start with
# `eci-emulator up --https-port 4589` and take the block, and what to trust, from `eci-emulator env --terraform --https`.

terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = ">= 1.240.0"
    }
  }
}

provider "alicloud" {
  region                 = var.region
  access_key             = "test"
  secret_key             = "test"
  account_type           = "Domestic" # not set, the provider asks BssOpenApi for it on every command
  protocol               = "HTTP"
  skip_region_validation = true # older providers do not know the newest regions
  endpoints {
    eci             = var.endpoint
    vpc             = var.endpoint
    ecs             = var.endpoint
    sts             = var.endpoint
    location        = var.endpoint
    resourcemanager = var.endpoint
    bssopenapi      = var.endpoint
  }
}
