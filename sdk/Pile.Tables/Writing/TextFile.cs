using System.Buffers;
using System.IO.Compression;

namespace Pile.Tables.Writing;

/// <summary>A text file that is written through a buffer, uncompressed or as gzip (without time or name in its header).</summary>
internal sealed class TextFile : IDisposable
{
    private const int FlushBytes = 1 << 18;

    private readonly Stream file;
    private readonly GZipStream? gzip;
    private readonly bool isOwner;

    internal TextFile(string path, bool isGzip)
    {
        (file, isOwner) = (new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0), true);
        gzip = isGzip ? new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true) : null;
    }

    /// <summary>Writes to an open stream, such as a pipe, which is not closed.</summary>
    internal TextFile(Stream stream) => file = stream;

    /// <summary>The buffer that text is written to.</summary>
    internal ArrayBufferWriter<byte> Buffer { get; } = new(2 * FlushBytes);

    /// <summary>Writes text after the content of the buffer.</summary>
    internal void Write(ReadOnlySpan<byte> text)
    {
        Flush();
        ((Stream?)gzip ?? file).Write(text);
    }

    /// <summary>Writes all remaining text.</summary>
    internal void Complete()
    {
        Flush();
        gzip?.Dispose();
    }

    /// <summary>Compresses an uncompressed file in place.</summary>
    internal static void Pack(string path)
    {
        string plain = path + ".plain";
        File.Move(path, plain);
        try
        {
            using FileStream source = File.OpenRead(plain);
            using FileStream target = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            GZipStream packed = new(target, CompressionLevel.Optimal, leaveOpen: true);
            source.CopyTo(packed, FlushBytes);
            packed.Dispose(); // not after an error, as below
        }
        finally
        {
            File.Delete(plain);
        }
    }

    public void Dispose()
    {
        // The compressor is only disposed when the file is complete: disposing it compresses the rest of the last text, and after a write
        // that failed it still refers to the memory of a text that is gone. Its finalizer frees it.
        if (isOwner)
            file.Dispose();
    }

    private void Flush()
    {
        ((Stream?)gzip ?? file).Write(Buffer.WrittenSpan);
        Buffer.ResetWrittenCount();
    }
}
