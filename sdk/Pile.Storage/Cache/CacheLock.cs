using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Pile.Storage;

/// <summary>The right to change what a cache folder holds, of one process at a time. The lock's file keeps the sum of bytes, so that a
/// fetch need not look at every file.</summary>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(3);

    // The processes take turns by the file, the threads of one by this: they need not poll.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim gate;
    private readonly FileStream file;

    private CacheLock(SemaphoreSlim gate, FileStream file) => (this.gate, this.file) = (gate, file);

    /// <summary>Bytes in the cache, those of fetches under way included; null when they have to be counted. After a process was killed it
    /// may be too much until the next count.</summary>
    internal long? TotalBytes
    {
        get
        {
            Span<byte> text = stackalloc byte[32];
            file.Position = 0;
            int count = file.ReadAtLeast(text, text.Length, throwOnEndOfStream: false);
            return long.TryParse(text[..count], NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? bytes : null;
        }
        set
        {
            file.SetLength(0);
            file.Position = 0;
            file.Write(Encoding.ASCII.GetBytes((value ?? 0).ToString(CultureInfo.InvariantCulture)));
            file.Flush();
        }
    }

    internal static async Task<CacheLock> EnterAsync(string folder, CancellationToken cancellationToken)
    {
        SemaphoreSlim turns = Gates.GetOrAdd(folder, static _ => new SemaphoreSlim(1));
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (true)
            {
                try
                {
                    return new CacheLock(turns, new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                        FileShare.None, bufferSize: 0));
                }
                catch (IOException e) when (IsHeldElsewhere(e))
                {
                    await Task.Delay(Poll, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            turns.Release();
            throw;
        }
    }

    /// <summary>True where a file could not be opened because another handle, of any process, holds it. (EAGAIN of Linux, of macOS, and
    /// Windows' sharing violation.)</summary>
    internal static bool IsHeldElsewhere(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    public void Dispose()
    {
        file.Dispose();
        gate.Release();
    }
}
