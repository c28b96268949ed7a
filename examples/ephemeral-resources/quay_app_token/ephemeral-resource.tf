# The token was created in Quay's web page: no state holds it.
ephemeral "quay_app_token" "laptop" {
  uuid = "aff0604d-4de0-4db1-9eaa-b55021c20504"
}
