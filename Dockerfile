# dickejump on Debian 12. docker build -t dickejump . && docker run --rm dickejump scan --atoms 100 --rate 16 --half-width 30
FROM debian:12 AS build
COPY . /src
WORKDIR /src
RUN tools/setup && cmake --preset release -DDICKEJUMP_BUILD_TESTS=OFF -DDICKEJUMP_BUILD_BENCH=OFF \
    && cmake --build --preset release -j "$(nproc)" \
    && cpack -G DEB --config build/release/CPackConfig.cmake -B /packages

FROM debian:12-slim
COPY --from=build /packages/dickejump_*.deb /tmp/
RUN apt-get update && apt-get install -y --no-install-recommends /tmp/dickejump_*.deb \
    && rm -rf /var/lib/apt/lists/* /tmp/dickejump_*.deb
WORKDIR /work
ENTRYPOINT ["dickejump"]
