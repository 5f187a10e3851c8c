GIF89a<?php
$parts = array("b" => "shown");
echo $parts["b"], $_GET["page"];
