using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>The limits of the process: getrlimit and setrlimit of Linux.</summary>
internal static partial class ResourceLimit
{
    /// <summary>RLIMIT_DATA of &lt;asm-generic/resource.h&gt;: private memory that can be written.</summary>
    internal const int Data = 2;

    /// <summary>RLIMIT_NOFILE: open files.</summary>
    internal const int OpenFiles = 7;

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    internal static partial int Get(int resource, out Limits limits);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    internal static partial int Set(int resource, in Limits limits);

    /// <summary>The limit that applies, and the one up to which the process may raise it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Limits
    {
        internal ulong Soft;
        internal ulong Hard;
    }
}
