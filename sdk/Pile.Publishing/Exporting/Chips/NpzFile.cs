using System.IO.Compression;
using System.Runtime.InteropServices;
using Pile.Format;

namespace Pile.Publishing.Exporting.Chips;

/// <summary>Writes an archive of arrays as <c>numpy.savez_compressed</c> does: a ZIP file with one member for each array.</summary>
internal sealed class NpzFile : IDisposable
{
    private static readonly DateTimeOffset Written = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // so that equal arrays give equal bytes

    private readonly ZipArchive archive;

    /// <summary>Creates a file, which must not exist.</summary>
    internal NpzFile(string path) => archive = new ZipArchive(new FileStream(path, FileMode.CreateNew, FileAccess.Write),
        ZipArchiveMode.Create);

    /// <summary>Adds an array of numbers, whose elements the caller writes to the stream, in C order.</summary>
    internal Stream Begin(string name, DType type, ReadOnlySpan<int> shape)
    {
        Stream stream = Member(name);
        NpyArray.WriteHeader(stream, type, shape);
        return stream;
    }

    /// <summary>Adds an array of float64.</summary>
    internal void Add(string name, ReadOnlySpan<double> values, ReadOnlySpan<int> shape)
    {
        using Stream stream = Begin(name, DType.Float64, shape);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Adds an array of int64.</summary>
    internal void Add(string name, ReadOnlySpan<long> values)
    {
        using Stream stream = Begin(name, DType.Int64, [values.Length]);
        stream.Write(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Adds an array of text with one axis.</summary>
    internal void Add(string name, IReadOnlyList<string> texts)
    {
        using Stream stream = Member(name);
        NpyArray.WriteText(stream, texts, [texts.Count]);
    }

    /// <inheritdoc/>
    public void Dispose() => archive.Dispose();

    private Stream Member(string name)
    {
        ZipArchiveEntry entry = archive.CreateEntry($"{name}.npy", CompressionLevel.Fastest);
        entry.LastWriteTime = Written;
        return entry.Open();
    }
}
