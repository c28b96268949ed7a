import {
  to = quay_user_robot_federation.nightly
  identity = {
    robot = "nightly"
  }
}
