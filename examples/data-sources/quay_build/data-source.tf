variable "build_uuid" {
  type    = string
  default = "83262bb9-f06c-4e30-a362-1457f647b222"
}

data "quay_build" "app" {
  build_uuid = var.build_uuid
}

output "built" {
  value = "${data.quay_build.app.repository}, asked for at ${data.quay_build.app.started}"
}
