using System.Text;
using Pile.Cli.Terminal;

namespace Pile.Cli.Tests;

/// <summary>Runs command lines through the program's own entry point, several at a time in this process.</summary>
internal static class CommandInProcess
{
    // Commands block their thread, and more tests than processors run at a time.
    private const int LeastThreads = 64;

    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(5);

    static CommandInProcess()
    {
        ThreadPool.GetMinThreads(out _, out int completionThreads);
        ThreadPool.SetMinThreads(LeastThreads, completionThreads);
    }

    /// <summary>Runs one command line to its end.</summary>
    /// <exception cref="TimeoutException">It takes longer than five minutes.</exception>
    internal static ProgramResult Run(string[] arguments)
    {
        Collected output = new(), error = new();
        int exitCode = Task.Run(() =>
        {
            CommandStreams.Use(output.Open, new StreamWriter(error.Open()) { AutoFlush = true });
            return PileCommandLine.RunAsync(arguments, CancellationToken.None);
        }).WaitAsync(LongestRun).GetAwaiter().GetResult();
        return new ProgramResult(exitCode, output.Text, error.Text);
    }

    /// <summary>Bytes that several threads and streams write one after another.</summary>
    private sealed class Collected
    {
        private readonly MemoryStream bytes = new();

        internal string Text
        {
            get
            {
                lock (bytes)
                    return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            }
        }

        internal Writer Open() => new(bytes);
    }

    private sealed class Writer(MemoryStream bytes) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            lock (bytes)
                bytes.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // Nothing is buffered.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
