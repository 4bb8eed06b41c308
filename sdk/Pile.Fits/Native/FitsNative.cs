using System.Runtime.InteropServices;
using System.Text;

namespace Pile.Fits.Native;

/// <summary>cfitsio 4.2, by the short names that its library exports. Status is in and out: nonzero on entry makes a call do nothing.</summary>
internal static unsafe partial class FitsNative
{
    internal const int ReadOnlyMode = 0;
    internal const int EndOfFile = 107;
    private const int MessageBytes = 81;

    static FitsNative() => NativeLibraries.EnsureResolved();

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdkopn", StringMarshalling = StringMarshalling.Utf8)] // "disk": the name is taken literally
    internal static partial int Open(out FitsFileHandle file, string path, int mode, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffclos")]
    internal static partial int Close(nint file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdelt")]
    internal static partial int Delete(nint file, ref int status);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgerr")]
    private static partial void StatusText(int status, byte* text);

    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffgmsg")]
    private static partial int NextMessage(byte* message);

    /// <summary>Takes cfitsio's account of an error: the status in words, then its stack of messages, oldest first.</summary>
    /// <remarks>The stack is one per process: with several threads failing at once, a message may be another file's. The status is always this call's.</remarks>
    internal static string Describe(int status)
    {
        byte* buffer = stackalloc byte[MessageBytes];
        StatusText(status, buffer);
        StringBuilder text = new($"{Text(buffer)} (cfitsio status {status})");
        // A disk that is full is told of for every buffer, each time in the same words.
        HashSet<string> told = [];
        while (NextMessage(buffer) != 0)
            if (Text(buffer) is var message && told.Add(message))
                text.Append("; ").Append(message);
        return text.ToString();

        static string Text(byte* bytes) => Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(bytes)).Trim();
    }
}
