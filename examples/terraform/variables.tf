variable "endpoint" {
  description = "Where the emulator listens: host and port, without a scheme."
  default     = "127.0.0.1:4588"
}

variable "region" {
  default = "cn-hangzhou"
}

variable "image" {
  description = "An image with a shell and httpd."
  default     = "busybox:1.36"
}
