using Microsoft.Win32.SafeHandles;

namespace Pile.Cli.Terminal;

/// <summary>Sets up standard output and standard error before anything else runs.</summary>
internal static class StandardStreams
{
    private const string NullDevice = "/dev/null";
    private const int Count = 3;

    private static readonly List<SafeFileHandle> Placeholders = [];

    internal static void SetUp()
    {
        if (!OperatingSystem.IsWindows())
            OpenClosedDescriptors();
        Console.SetError(new MessageWriter(Console.Error));
        Console.SetOut(new StreamWriter(StandardOutput.Open(), Console.OutputEncoding) { AutoFlush = true });
    }

    /// <summary>Opens the null device for each standard stream that the caller has closed.</summary>
    /// <remarks>Otherwise the next opened file would get the descriptor of the stream, and messages would be written to that
    /// file.</remarks>
    private static void OpenClosedDescriptors()
    {
        while (true)
        {
            SafeFileHandle handle = File.OpenHandle(NullDevice);
            if (handle.DangerousGetHandle() >= Count)
            {
                handle.Dispose();
                return;
            }
            Placeholders.Add(handle);
        }
    }
}
