using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Pile.Storage;

/// <summary>The exclusive lock of a cache folder, held by one process at a time.</summary>
/// <remarks>The lock file stores the total size of the cache, so that a fetch need not examine every file.</remarks>
internal sealed class CacheLock : IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(3);

    // The file serializes processes; this serializes the threads of one process, without polling.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Gates = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim gate;
    private readonly FileStream file;

    private CacheLock(SemaphoreSlim gate, FileStream file) => (this.gate, this.file) = (gate, file);

    /// <summary>The bytes in the cache, including fetches in progress; null when they have to be counted.</summary>
    /// <remarks>After a process was killed, the total may be too high until the next count.</remarks>
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

    /// <summary>Returns true if a file could not be opened because another handle, of any process, has it locked.</summary>
    /// <remarks>The codes are EAGAIN of Linux, EAGAIN of macOS, and the sharing violation of Windows.</remarks>
    internal static bool IsHeldElsewhere(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    public void Dispose()
    {
        file.Dispose();
        gate.Release();
    }
}
