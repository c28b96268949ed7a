terraform {
  required_providers {
    quay = {
      source = "terraform-provider-quay/quay"
    }
  }
}

# The access token comes from the variable QUAY_TOKEN.
provider "quay" {
  url = "https://quay.example.com"
}
