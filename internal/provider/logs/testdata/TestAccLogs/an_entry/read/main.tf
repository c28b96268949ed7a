variable "namespace" {
  type = string
}

data "quay_logs" "own" {
  namespace = var.namespace
}

data "quay_logs" "test" {
  namespace = var.namespace
  performer = data.quay_logs.own.entries[0].performer
}
