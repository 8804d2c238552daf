{{- define "gateway-guard.labels" -}}
app.kubernetes.io/name: gateway-guard
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "gateway-guard.selector" -}}
app.kubernetes.io/name: gateway-guard
{{- if ne .Release.Name "gateway-guard" }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}
{{- end }}

{{- define "gateway-guard.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{- define "gateway-guard.certificateName" -}}
{{- if eq .Values.certificates.source "existing" -}}
{{ .Values.certificates.existingSecret }}
{{- else -}}
{{ .Release.Name }}-tls
{{- end }}
{{- end }}

{{/* The configuration: the names of this release, what the values say, and what stands under config. */}}
{{- define "gateway-guard.config" -}}
{{- $config := dict "audit" (dict "leaseName" (printf "%s-audit" .Release.Name)) }}
{{- if eq .Values.certificates.source "self" }}
{{- $registration := dict "name" .Release.Name }}
{{- if eq .Values.failurePolicy "auto" }}{{ $_ := set $registration "failurePolicy" "auto" }}{{ end }}
{{- $_ := set $config "registration" $registration }}
{{- $_ := set $config "certificates" (dict "secretName" (printf "%s-certificates" .Release.Name) "serviceName" .Release.Name) }}
{{- else }}
{{- $_ := set $config "server" (dict "certificateFile" "/etc/gateway-guard-tls/tls.crt" "keyFile" "/etc/gateway-guard-tls/tls.key") }}
{{- if eq .Values.failurePolicy "auto" }}{{ $_ := set $config "registration" (dict "name" .Release.Name "failurePolicy" "auto") }}{{ end }}
{{- end }}
{{- if not .Values.audit.events }}{{ $_ := set $config.audit "events" false }}{{ end }}
{{- if .Values.watchSecrets }}{{ $_ := set $config "watchSecrets" true }}{{ end }}
{{- mustMergeOverwrite $config (deepCopy .Values.config) | toYaml }}
{{- end }}

{{- define "gateway-guard.clientConfig" -}}
service:
  name: {{ .root.Release.Name }}
  namespace: {{ .root.Release.Namespace }}
  path: {{ .path }}
  port: 443
{{- if eq .root.Values.certificates.source "existing" }}
caBundle: {{ .root.Values.certificates.caBundle | b64enc }}
{{- end }}
{{- end }}

{{/* What the API server need not ask about: objects that are being deleted, and updates of status, finalizers, owners and managedFields. */}}
{{- define "gateway-guard.matchConditions" -}}
{{- if .Values.matchConditions -}}
matchConditions:
  - name: stays
    expression: request.operation == 'DELETE' || !has(object.metadata.deletionTimestamp)
  - name: changes
    expression: >-
      request.operation != 'UPDATE' || object.?spec != oldObject.?spec
      || object.metadata.?labels != oldObject.metadata.?labels || object.metadata.?annotations != oldObject.metadata.?annotations
{{- end }}
{{- end }}

{{- define "gateway-guard.scope" -}}
matchPolicy: Equivalent
namespaceSelector:
  matchExpressions:
    - key: kubernetes.io/metadata.name
      operator: NotIn
      values:
        - kube-system
        - {{ .Release.Namespace }}
        {{- range .Values.exemptNamespaces }}
        - {{ . }}
        {{- end }}
objectSelector: {}
timeoutSeconds: {{ .Values.timeoutSeconds }}
{{- end }}
