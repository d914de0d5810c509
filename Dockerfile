# One static program in an image without a shell, run by an ordinary user.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /goodcatch ./cmd/goodcatch

# static: certificates and time zones, nothing else; the user nonroot is 65532
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /goodcatch /goodcatch
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/goodcatch"]
CMD ["serve"]
