using System.IO.MemoryMappedFiles;

namespace Pile.Bench.Harness;

/// <summary>Memory of the machine that no process uses.</summary>
internal static class FreeMemory
{
    private const int Share = 4; // of the machine: more than the outputs of one run

    /// <summary>Uses a quarter of the machine's memory, and frees it. A virtual machine lends free memory to its host: the next use of each
    /// page takes as long as several copies of it, and which side pays for that depends on the order of the runs.</summary>
    internal static void BringIn()
    {
        long bytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Share;
        using MemoryMappedFile memory = MemoryMappedFile.CreateNew(null, bytes);
        using MemoryMappedViewAccessor view = memory.CreateViewAccessor();
        for (long at = 0; at < bytes; at += Environment.SystemPageSize)
            view.Write(at, (byte)1);
    }
}
