import {
  to = quay_user_robot_federation.laptop
  identity = {
    robot = "laptop"
  }
}
