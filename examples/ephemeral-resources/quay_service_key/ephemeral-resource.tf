# A key for the time of one run, in which a script signs requests with it.
ephemeral "quay_service_key" "smoke_test" {
  service   = "smoke_test"
  notes     = "made for one run of Terraform"
  valid_for = "15m"
}

resource "terraform_data" "smoke_test" {
  provisioner "local-exec" {
    command = "echo \"sign with $KEY_ID until $KEY_EXPIRATION\"" # in place of your script

    environment = {
      KEY            = ephemeral.quay_service_key.smoke_test.private_key
      KEY_ID         = ephemeral.quay_service_key.smoke_test.kid
      KEY_EXPIRATION = ephemeral.quay_service_key.smoke_test.expiration
    }
  }
}
