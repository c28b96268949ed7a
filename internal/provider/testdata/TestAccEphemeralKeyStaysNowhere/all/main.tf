variable "service" {
  type = string
}

ephemeral "quay_service_key" "test" {
  service   = var.service
  valid_for = "10m"
}

resource "terraform_data" "use" {
  provisioner "local-exec" {
    command     = "printf '%s' \"$KEY\" > used"
    environment = { KEY = ephemeral.quay_service_key.test.private_key }
  }
}
