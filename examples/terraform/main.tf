# A web server as a container group, with all that one has around it.
#
#   eci-emulator up -d
#   terraform init
#   terraform apply       # prints the group's addresses; `curl http://<intranet_ip>` says hello
#   terraform plan        # No changes
#   terraform destroy     # and nothing is left
#
# `make terraform` does the same from the repository's root.

# --- the network: the same vSwitches and security groups that the ECI API knows ------------------

data "alicloud_eci_zones" "sold" {}

resource "alicloud_vpc" "site" {
  vpc_name   = "tf-site"
  cidr_block = "10.20.0.0/16"
}

resource "alicloud_vswitch" "site" {
  vswitch_name = "tf-site"
  vpc_id       = alicloud_vpc.site.id
  cidr_block   = "10.20.1.0/24"
  zone_id      = data.alicloud_eci_zones.sold.zones[0].zone_ids[0]
}

resource "alicloud_security_group" "site" {
  security_group_name = "tf-site"
  vpc_id              = alicloud_vpc.site.id
}

# For rules (alicloud_security_group_rule) serve HTTPS: see provider.tf. The emulator keeps them, no packet meets them.

# An address of the ranges that are kept for documentation: it is shown, but nobody is reached by it.
resource "alicloud_eip_address" "web" {
  address_name         = "tf-web"
  isp                  = "BGP"
  internet_charge_type = "PayByTraffic"
  payment_type         = "PayAsYouGo"
}

# --- the container group -----------------------------------------------------------------------

resource "alicloud_eci_container_group" "web" {
  container_group_name = "tf-web"
  vswitch_id           = alicloud_vswitch.site.id
  security_group_id    = alicloud_security_group.site.id
  eip_instance_id      = alicloud_eip_address.web.id
  cpu                  = 0.5
  memory               = 1
  restart_policy       = "OnFailure"

  # httpd does not listen to SIGTERM, and thirty seconds is what a group is given otherwise.
  termination_grace_period_seconds = 1

  init_containers {
    name     = "prepare"
    image    = var.image
    commands = ["echo"]
    args     = ["the site is ready"]
  }

  containers {
    name        = "web"
    image       = var.image
    working_dir = "/site"
    commands    = ["httpd", "-f", "-p", "80", "-h", "/site"]

    ports {
      port     = 80
      protocol = "TCP"
    }
    environment_vars {
      key   = "GREETING"
      value = "hello"
    }
    volume_mounts {
      name       = "site"
      mount_path = "/site"
      read_only  = true
    }
    readiness_probe {
      period_seconds        = 2
      initial_delay_seconds = 1
      timeout_seconds       = 1
      success_threshold     = 1
      failure_threshold     = 3
      http_get {
        scheme = "HTTP"
        port   = 80
        path   = "/index.html"
      }
    }
  }

  volumes {
    name = "site"
    type = "ConfigFileVolume"
    config_file_volume_config_file_to_paths {
      path    = "index.html"
      content = base64encode("hello from a container group\n")
    }
  }

  tags = {
    Created = "Terraform"
  }
}

# --- the other two resources of ECI ------------------------------------------------------------

resource "alicloud_eci_image_cache" "tools" {
  image_cache_name  = "tf-tools"
  images            = [var.image]
  vswitch_id        = alicloud_vswitch.site.id
  security_group_id = alicloud_security_group.site.id
}

resource "alicloud_eci_virtual_node" "node" {
  virtual_node_name     = "tf-node"
  vswitch_id            = alicloud_vswitch.site.id
  security_group_id     = alicloud_security_group.site.id
  enable_public_network = false
  kube_config           = base64encode("apiVersion: v1\nkind: Config\n")

  tags = {
    Created = "Terraform"
  }
}

output "intranet_ip" {
  value = alicloud_eci_container_group.web.intranet_ip
}

output "internet_ip" {
  value = alicloud_eci_container_group.web.internet_ip
}
