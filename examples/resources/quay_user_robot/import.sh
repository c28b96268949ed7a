terraform import quay_user_robot.laptop 'laptop'
