using System.Runtime.InteropServices;

namespace Pile.Codecs.Tests;

/// <summary>Memory before an inaccessible page: an access beyond its end terminates the process.</summary>
internal sealed unsafe partial class GuardedBytes : IDisposable
{
    private const int None = 0, ReadWrite = 3, PrivateAnonymous = 0x22;
    private readonly nint mapping;
    private readonly nint mappedBytes;
    private readonly int length;

    internal GuardedBytes(int length)
    {
        int page = Environment.SystemPageSize;
        int usable = (length + page - 1) / page * page;
        this.length = length;
        mappedBytes = usable + page;
        mapping = MemoryMap(0, mappedBytes, ReadWrite, PrivateAnonymous, -1, 0);
        Assert.NotEqual(-1, mapping);
        Assert.Equal(0, Protect(mapping + usable, page, None));
    }

    internal Span<byte> Span => new((byte*)mapping + mappedBytes - Environment.SystemPageSize - length, length);

    public void Dispose() => Assert.Equal(0, Unmap(mapping, mappedBytes));

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial nint MemoryMap(nint address, nint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(nint address, nint bytes, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint bytes);
}
