#!/bin/sh
# Asks a model with nothing but curl: curl.sh QUESTION
# The key and the question go to curl through files of its own, not on its command line, which every user can read.
set -eu
region="${AWS_REGION:-us-east-1}"
endpoint="${AWS_ENDPOINT_URL_BEDROCK_RUNTIME:-https://bedrock-runtime.$region.amazonaws.com}"

# Nothing is printed, and the script ends here, if the key does not live for another minute.
key=$(bedrock-keyd print default --min-remaining 1m)

question=$(printf '%s' "$1" | sed 's/["\\]/\\&/g')
printf 'header = "Authorization: Bearer %s"\n' "$key" |
  curl --silent --show-error --fail-with-body --config - --header "Content-Type: application/json" \
    --data "{\"messages\":[{\"role\":\"user\",\"content\":[{\"text\":\"$question\"}]}]}" \
    "$endpoint/model/amazon.nova-lite-v1:0/converse"
