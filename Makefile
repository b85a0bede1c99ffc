# A thin face on meson and ninja: see README.md. `make scan` and `make test` need nothing before them.

TARGET ?= /

.PHONY: build scan test lint bench fuzz clean

build:
	@tools/install-packages build
	@test -f build/build.ninja || meson setup build --buildtype=release >/dev/null
	@ninja -C build --quiet

# A scan that ends well is a build that ends well, whatever it found: 1 and 3 are answers. The examples
# of this checkout are no products of this machine.
scan: build
	@build/hallmark scan "$(TARGET)" --exclude "$(CURDIR)/examples"; status=$$?; \
	case $$status in 0|1|3) exit 0;; *) exit $$status;; esac

test:
	@tools/install-packages build test
	@tools/run-tests build-test --buildtype=debug -Doptimization=1 -Db_sanitize=address,undefined

bench: build
	@tools/install-packages bench
	@bench/run

fuzz:
	@tools/install-packages build test
	@tools/run-fuzz

clean:
	rm -rf build build-test build-gcc build-clang build-fuzz
