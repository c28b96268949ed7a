variable "kid" {
  type = string
}

resource "quay_user" "u" {
  username = "alice"

  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.quay_approve_service_key.k, action.quay_calculate_registry_size.plain]
    }
  }
}

action "quay_approve_service_key" "k" {
  config {
    kid = var.kid
  }
}

action "quay_calculate_registry_size" "plain" {}

action "quay_calculate_registry_size" "wait" {
  config {
    wait    = true
    timeout = "1100ms"
  }
}
