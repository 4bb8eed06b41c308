using System.IO.Compression;
using Pile.Codecs.Native;

namespace Pile.Codecs;

/// <summary>Decompresses the zlib format by System.IO.Compression, with the results of libdeflate: for machines without it.</summary>
internal static class ManagedInflate
{
    /// <summary>Decompresses one stream, up to the destination's length.</summary>
    /// <param name="stored">One zlib stream; bytes after its end are ignored.</param>
    /// <param name="destination">Receives the raw bytes.</param>
    /// <param name="rawBytes">The number of bytes written: the length of the stream after success, and those before its end or its
    /// corruption otherwise.</param>
    /// <param name="isTruncated">True if the stored bytes end before the stream does.</param>
    /// <returns><see cref="DeflateResult.InsufficientSpace"/> if the stream is longer than the destination.</returns>
    internal static unsafe DeflateResult Decompress(ReadOnlySpan<byte> stored, Span<byte> destination, out int rawBytes,
        out bool isTruncated)
    {
        (rawBytes, isTruncated) = (0, false);
        fixed (byte* bytes = stored)
        {
            using StoredStream source = new(bytes, stored.Length);
            try
            {
                using ZLibStream zlib = new(source, CompressionMode.Decompress, leaveOpen: true);
                // The checksum is behind the last byte: only an attempt to read on verifies it.
                Span<byte> excess = stackalloc byte[1];
                int read;
                do
                {
                    bool isFull = rawBytes == destination.Length;
                    read = zlib.Read(isFull ? excess : destination[rawBytes..]);
                    if (isFull && read > 0)
                        return DeflateResult.InsufficientSpace;
                    rawBytes += read;
                }
                while (read > 0);
                isTruncated = source.IsExhausted;
                return isTruncated ? DeflateResult.BadData : DeflateResult.Success;
            }
            catch (Exception e) when (e is InvalidDataException or IOException) // zlib's errors are IOExceptions
            {
                isTruncated = source.IsExhausted;
                return DeflateResult.BadData;
            }
        }
    }

    /// <summary>The stored bytes. .NET's decompression returns no bytes both at the end of a stream and where the stored bytes are
    /// truncated; only in the second case it has asked for more of them.</summary>
    private sealed unsafe class StoredStream(byte* bytes, int length) : Stream
    {
        private int position;

        /// <summary>True if bytes behind the last one were asked for.</summary>
        internal bool IsExhausted { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            int count = Math.Min(buffer.Length, length - position);
            new ReadOnlySpan<byte>(bytes + position, count).CopyTo(buffer);
            position += count;
            IsExhausted |= count == 0 && !buffer.IsEmpty;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
