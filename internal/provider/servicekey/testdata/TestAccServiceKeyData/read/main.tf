variable "kid" {
  type = string
}

variable "other" {
  type = string
}

variable "service" {
  type = string
}

data "quay_service_key" "test" {
  kid = var.kid
}

data "quay_service_keys" "one" {
  service = var.service
}

data "quay_service_keys" "all" {}

output "one" {
  value = data.quay_service_keys.one.keys[*].kid
}

# A real registry has other keys, too.
output "all" {
  value = [for key in data.quay_service_keys.all.keys : key.kid if contains([var.kid, var.other], key.kid)]
}
