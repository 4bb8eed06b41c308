using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;
using Pile.Cli;
using Pile.Cli.Terminal;

namespace Pile.Soak.Running;

/// <summary>Runs the command lines that a <see cref="HostProcess"/> asks for, with the program's own entry point, and those of
/// <see cref="ArchiveCommand"/>.</summary>
internal static partial class HostLoop
{
    /// <summary>The argument that starts this loop, instead of the name of a campaign.</summary>
    internal const string Argument = "host";

    /// <summary>The prefix of a reply, which distinguishes it from messages of the runtime.</summary>
    internal const string ReplyMark = "\u0001reply:";

    private const int StandardOutputDescriptor = 1;

    /// <summary>Reads requests from standard input until its end, and writes replies to standard error.</summary>
    internal static async Task<int> RunAsync()
    {
        await using StreamWriter replies = new(Console.OpenStandardError()) { AutoFlush = true };
        using TextReader requests = Console.In;
        MemoryText error = new();
        Console.SetError(new MessageWriter(error));
        Console.SetOut(new StreamWriter(StandardOutput.Open()) { AutoFlush = true });
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
            replies.WriteLine($"Unhandled exception: {unhandled.ExceptionObject}");
        while (await requests.ReadLineAsync() is { } line)
        {
            HostRequest request = JsonSerializer.Deserialize<HostRequest>(line)!;
            (string Name, string? Value)[] before = [.. request.Variables.Keys.Select(name =>
                (name, Environment.GetEnvironmentVariable(name)))];
            foreach ((string name, string value) in request.Variables)
                Environment.SetEnvironmentVariable(name, value);
            // Some verbs write directly to the descriptor.
            using (SafeFileHandle output = File.OpenHandle(request.OutputFile, FileMode.Create, FileAccess.Write))
                if (Duplicate((int)output.DangerousGetHandle(), StandardOutputDescriptor) < 0)
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            MemoryLimit.Remove(); // of the run before: DuckDB's allocator keeps address space, which counts towards the limit
            RunMeter meter = RunMeter.Start();
            int exitCode = ArchiveCommand.IsNamedBy(request.Arguments) ? await ArchiveCommand.RunAsync(request.Arguments)
                : await PileCommandLine.RunAsync(request.Arguments, CancellationToken.None);
            foreach ((string name, string? value) in before) // the folders of this run may be gone in the next one
                Environment.SetEnvironmentVariable(name, value);
            await replies.WriteLineAsync(ReplyMark + JsonSerializer.Serialize(new HostReply(exitCode, error.Take(), meter.Stop())));
        }
        return 0;
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int Duplicate(int from, int to);

    /// <summary>Collects the text of several threads.</summary>
    private sealed class MemoryText : TextWriter
    {
        private readonly StringBuilder text = new();

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value) => Write(value.ToString());

        public override void Write(string? value)
        {
            lock (text)
                text.Append(value);
        }

        internal string Take()
        {
            lock (text)
            {
                string taken = text.ToString();
                text.Clear();
                return taken;
            }
        }
    }
}
