using System.Globalization;

namespace Pile.TestKit;

/// <summary>A run of several test projects by <c>eng/test.sh</c>, which share servers.</summary>
public static class TestRun
{
    /// <summary>The folder of the run; null if a project runs alone.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("PILE_TEST_RUN") is { Length: > 0 } folder ? folder : null;

    /// <summary>The process whose end is the end of the run.</summary>
    public static int ProcessId =>
        int.Parse(Environment.GetEnvironmentVariable("PILE_TEST_RUN_PID")!, NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>Waits until no other project of the run holds the lock.</summary>
    /// <returns>The lock, which ends when it is disposed.</returns>
    public static async Task<FileStream> LockAsync(string name)
    {
        while (true)
            try
            {
                return new FileStream(Path.Combine(Folder!, name + ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException)
            {
                await Task.Delay(100).ConfigureAwait(false); // another project starts the server
            }
    }
}
