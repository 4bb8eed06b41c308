using System.IO.MemoryMappedFiles;

namespace Pile.CrossMatch;

/// <summary>A memory-mapped temporary file, which the system caches as far as there is memory.</summary>
internal sealed unsafe class MappedTemporaryFile : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;

    private MappedTemporaryFile(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        (this.file, this.view) = (file, view);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        Start = pointer + view.PointerOffset;
    }

    /// <summary>The first byte.</summary>
    internal byte* Start { get; }

    /// <summary>Creates a file of zeros.</summary>
    /// <exception cref="IOException">The disk is full, or the file cannot be created.</exception>
    internal static MappedTemporaryFile Create(string path, long bytes)
    {
        bytes = Math.Max(bytes, 1);
        // Allocates the disk space now, because writing to a mapped page without disk space would end the process.
        using (FileStream room = new(path,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, PreallocationSize = bytes }))
            room.SetLength(bytes);
        MemoryMappedFile mapped = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, bytes);
        return new MappedTemporaryFile(mapped, mapped.CreateViewAccessor(0, bytes));
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
