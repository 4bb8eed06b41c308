using System.IO.MemoryMappedFiles;
using Pile.CrossMatch.Matching;

namespace Pile.CrossMatch;

/// <summary>Sorted positions in a mapped temporary file: the system keeps of them in memory what there is room for.</summary>
internal sealed unsafe class FilePositions : SortedPositions, IDisposable
{
    internal const long RowBytes = 3 * sizeof(double);

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly byte* start;

    private FilePositions(MemoryMappedFile file, MemoryMappedViewAccessor view, int count)
    {
        (this.file, this.view, Count) = (file, view, count);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        start = pointer + view.PointerOffset;
    }

    /// <summary>Makes the file; its arrays are to be filled.</summary>
    /// <exception cref="IOException">The disk is full, or refuses.</exception>
    internal static FilePositions Create(string path, int count)
    {
        long bytes = Math.Max(count * RowBytes, 1);
        // Room is taken now: a mapped page without a place on the disk would end the process.
        using (FileStream room = new(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, PreallocationSize = bytes }))
            room.SetLength(bytes);
        MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, bytes);
        return new FilePositions(mapped, mapped.CreateViewAccessor(0, bytes), count);
    }

    /// <inheritdoc/>
    public override int Count { get; }

    internal Span<long> Healpix29All => new(start, Count);

    internal Span<double> RaDegAll => new(start + ((long)Count * sizeof(double)), Count);

    internal Span<double> DecDegAll => new(start + (2L * Count * sizeof(double)), Count);

    /// <inheritdoc/>
    public override ReadOnlySpan<long> Healpix29(int chunk) => Healpix29All.Slice(chunk * ChunkRows, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> RaDeg(int chunk) => RaDegAll.Slice(chunk * ChunkRows, RowsOf(chunk));

    /// <inheritdoc/>
    public override ReadOnlySpan<double> DecDeg(int chunk) => DecDegAll.Slice(chunk * ChunkRows, RowsOf(chunk));

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
