using Pile.Format;

namespace Pile.Publishing.Copying;

/// <summary>The lock of a running copy to a local folder: its record, held open, which no other copy can read meanwhile. Copies to remote
/// stores have no lock.</summary>
internal static class CopyLock
{
    private const int Attempts = 5, PauseMs = 20;

    /// <summary>Locks the record of a copy, until the result is disposed or the process ends.</summary>
    /// <param name="address">The destination, for errors.</param>
    /// <param name="recordPath">The record, which exists.</param>
    /// <exception cref="IOException">Another copy is running: <see cref="FileFault.IsLocked"/>.</exception>
    /// <exception cref="OutputExistsException">Another copy has just ended, and deleted the record.</exception>
    internal static FileStream Take(string address, string recordPath)
    {
        for (int attempt = 1; ; attempt++)
            try
            {
                return new FileStream(recordPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException e) when (FileFault.IsLocked(e) && attempt < Attempts)
            {
                Thread.Sleep(PauseMs); // a process that reads the record, to find out whether it may copy, locks it for a moment
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                throw new OutputExistsException(address, "Another copy to it has just ended: copy again");
            }
    }

    /// <summary>Returns the error of a destination to which another copy is running.</summary>
    internal static OutputUnwritableException Running(string address, string recordPath, Exception inner) => new(address,
        $"another copy is writing it ('{recordPath}' is locked)", "Wait for it to end, or choose another destination", inner);
}
