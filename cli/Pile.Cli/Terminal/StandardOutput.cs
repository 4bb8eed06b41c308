using System.Runtime.InteropServices;

namespace Pile.Cli.Terminal;

/// <summary>Writes to standard output through the C library, because .NET ignores that a reader such as <c>head</c> has closed
/// it.</summary>
internal sealed partial class StandardOutput : Stream
{
    private const int Descriptor = 1;
    private const int Interrupted = 4, Closed = 9, Busy = 11, NoReader = 32; // EINTR, EBADF, EAGAIN, EPIPE of <asm-generic/errno-base.h>

    internal static Stream Open() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new StandardOutput();

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes bytes.</summary>
    /// <exception cref="OutputClosedException">The reader has closed standard output.</exception>
    /// <exception cref="IOException">The system reports another error.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written = WriteTo(Descriptor, buffer, buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
                continue;
            }
            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case Busy:
                    Thread.Sleep(1); // another process has set the pipe to non-blocking mode
                    break;
                case Closed or NoReader:
                    throw new OutputClosedException();
                default:
                    throw new IOException($"Writing to standard output failed: {Marshal.GetLastPInvokeErrorMessage()}.");
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is buffered.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteTo(int descriptor, ReadOnlySpan<byte> buffer, nint count);
}
