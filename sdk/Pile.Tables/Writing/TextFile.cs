using System.Buffers;
using System.IO.Compression;

namespace Pile.Tables.Writing;

/// <summary>A text file that is written through a buffer, uncompressed or as gzip (without time or name in its header).</summary>
internal sealed class TextFile : IDisposable
{
    private const int FlushBytes = 1 << 18;

    private readonly FileStream _file;
    private readonly GZipStream? _gzip;

    internal TextFile(string path, bool isGzip)
    {
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        _gzip = isGzip ? new GZipStream(_file, CompressionLevel.Optimal, leaveOpen: true) : null;
    }

    /// <summary>The buffer that text is written to.</summary>
    internal ArrayBufferWriter<byte> Buffer { get; } = new(2 * FlushBytes);

    /// <summary>Writes text after the content of the buffer.</summary>
    internal void Write(ReadOnlySpan<byte> text)
    {
        Flush();
        ((Stream?)_gzip ?? _file).Write(text);
    }

    /// <summary>Writes all remaining text.</summary>
    internal void Complete()
    {
        Flush();
        _gzip?.Dispose();
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
            using (GZipStream gzip = new(target, CompressionLevel.Optimal, leaveOpen: true))
                source.CopyTo(gzip, FlushBytes);
        }
        finally
        {
            File.Delete(plain);
        }
    }

    public void Dispose()
    {
        _gzip?.Dispose();
        _file.Dispose();
    }

    private void Flush()
    {
        ((Stream?)_gzip ?? _file).Write(Buffer.WrittenSpan);
        Buffer.ResetWrittenCount();
    }
}
