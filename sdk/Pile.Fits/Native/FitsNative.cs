using System.Runtime.InteropServices;
using System.Text;

namespace Pile.Fits.Native;

/// <summary>cfitsio 4.2, by the short names that its library exports. Status is in and out: nonzero on entry makes a call do
/// nothing.</summary>
internal static unsafe partial class FitsNative
{
    internal const int ReadOnlyMode = 0;
    internal const int EndOfFile = 107;
    private const int MessageBytes = 81;

    static FitsNative() => NativeLibraries.EnsureResolved();

    // "disk": the name is taken literally
    [LibraryImport(NativeLibraries.Cfitsio, EntryPoint = "ffdkopn", StringMarshalling = StringMarshalling.Utf8)]
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
    /// <remarks>The stack is one per process: with several threads failing at once, a message may be another file's. The status is always
    /// this call's.</remarks>
    internal static string Describe(int status)
    {
        byte* buffer = stackalloc byte[MessageBytes];
        StatusText(status, buffer);
        string text = $"{Text(buffer).Trim()} (cfitsio status {status})";
        // A full disk is reported for every buffer, each time in the same words.
        List<string> messages = [];
        bool isContinued = false;
        while (NextMessage(buffer) != 0)
        {
            string message = Text(buffer);
            if (isContinued)
                messages[^1] += message;
            else
                messages.Add(message);
            isContinued = message.Length == MessageBytes - 1; // cfitsio divides a longer message
        }
        return string.Join("; ", messages.Select(m => m.Trim()).Distinct().Prepend(text));

        static string Text(byte* bytes) => Encoding.Latin1.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(bytes));
    }
}
