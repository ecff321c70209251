// Memory of one evaluation: taken in order, given back all at once or down to a mark. Bounded.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace kestrel::eval {

class Arena {
 public:
  static constexpr std::size_t kLimit = std::size_t{128} << 20;

  struct Mark {
    std::size_t chunk;
    std::byte* at;
  };

  Arena() : at_(first_), end_(first_ + sizeof first_) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // 16-aligned; null where the limit is reached.
  void* take(std::size_t bytes) {
    bytes = (bytes + 15) & ~std::size_t{15};
    if (static_cast<std::size_t>(end_ - at_) < bytes) return take_chunk(bytes);
    void* p = at_;
    at_ += bytes;
    return p;
  }
  Mark mark() const { return {current_, at_}; }
  void release(Mark m) {
    current_ = m.chunk;
    at_ = m.at;
    end_ = current_ == 0 ? first_ + sizeof first_ : chunks_[current_ - 1].end();
  }

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
    std::byte* end() const { return bytes.get() + size; }
  };

  void* take_chunk(std::size_t bytes) {
    while (current_ < chunks_.size()) {
      enter(++current_);
      if (static_cast<std::size_t>(end_ - at_) >= bytes) return take(bytes);
    }
    const std::size_t size =
        std::max(bytes, std::size_t{16384} << std::min<std::size_t>(current_, 8));
    if (bytes > kLimit || total_ + size > kLimit) return nullptr;
    chunks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
    total_ += size;
    enter(++current_);
    return take(bytes);
  }
  void enter(std::size_t chunk) {
    at_ = chunks_[chunk - 1].bytes.get();
    end_ = chunks_[chunk - 1].end();
  }

  alignas(16) std::byte first_[1536];
  std::byte *at_, *end_;
  std::size_t current_ = 0, total_ = 0;  // current_: 0 is first_, else chunks_[current_ - 1]
  std::vector<Chunk> chunks_;
};

}  // namespace kestrel::eval
