import {
  to = quay_user.alice
  identity = {
    username = "alice"
  }
}
