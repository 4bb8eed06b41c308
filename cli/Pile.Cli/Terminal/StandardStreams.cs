using Microsoft.Win32.SafeHandles;

namespace Pile.Cli.Terminal;

/// <summary>Sets up standard output and standard error before anything else runs.</summary>
internal static class StandardStreams
{
    private const string NullDevice = "/dev/null";
    private const int Count = 3;

    private static readonly List<SafeFileHandle> Places = [];

    internal static void SetUp()
    {
        if (!OperatingSystem.IsWindows())
            TakeClosedPlaces();
        Console.SetError(new MessageWriter(Console.Error));
        Console.SetOut(new StreamWriter(StandardOutput.Open(), Console.OutputEncoding) { AutoFlush = true });
    }

    /// <summary>Where the caller has closed one of the three, the next file that is opened would take its place, and messages would be
    /// written into that file.</summary>
    private static void TakeClosedPlaces()
    {
        while (true)
        {
            SafeFileHandle handle = File.OpenHandle(NullDevice);
            if (handle.DangerousGetHandle() >= Count)
            {
                handle.Dispose();
                return;
            }
            Places.Add(handle);
        }
    }
}
