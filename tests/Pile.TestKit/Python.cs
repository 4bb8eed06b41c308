using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Pile.TestKit;

/// <summary>Runs Debian's Python with the reference implementations numpy, h5py, astropy and healpy.</summary>
/// <remarks>One server per run, or per test process that runs alone, imports the modules, which takes up to a second
/// of processor time, and runs each script in a fork
/// of itself.</remarks>
public static class Python
{
    private static readonly Lazy<EndPointOfServer> Server = new(Start);

    /// <summary>Runs a script given as text, with arguments, and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">Python ended with an error, which the message contains.</exception>
    public static string Run(string script, params string[] arguments)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(Server.Value.Address);
        using NetworkStream stream = new(socket);
        stream.Write([.. JsonSerializer.SerializeToUtf8Bytes(new { script, arguments }), (byte)'\n']);
        using MemoryStream reply = new();
        stream.CopyTo(reply);
        ReadOnlySpan<byte> bytes = reply.GetBuffer().AsSpan(0, (int)reply.Length);
        int line = bytes.IndexOf((byte)'\n');
        if (line < 0)
            throw new InvalidOperationException("python3 ended without a reply: it crashed.");
        int[] numbers = [.. Encoding.ASCII.GetString(bytes[..line]).Split(' ').Select(n => int.Parse(n, CultureInfo.InvariantCulture))];
        ReadOnlySpan<byte> output = bytes.Slice(line + 1, numbers[1]), error = bytes.Slice(line + 1 + numbers[1], numbers[2]);
        return numbers[0] == 0 ? Encoding.UTF8.GetString(output)
            : throw new InvalidOperationException($"python3 ended with {numbers[0]}: {Encoding.UTF8.GetString(error)}");
    }

    private static EndPointOfServer Start()
    {
        if (Environment.GetEnvironmentVariable("PILE_TEST_PYTHON") is { Length: > 0 } shared) // of the run, which ends it
            return new EndPointOfServer(null, new UnixDomainSocketEndPoint("\0" + shared));
        string name = $"pile-test-python-{Environment.ProcessId}-{Guid.NewGuid():N}";
        ProcessStartInfo start = new("/usr/bin/python3")
        {
            RedirectStandardInput = true, // its end tells the server to end
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "python_server.py"));
        start.ArgumentList.Add(name);
        Process process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() != "ready")
            throw new InvalidOperationException("/usr/bin/python3 did not start; 'make setup' installs it.");
        return new EndPointOfServer(process, new UnixDomainSocketEndPoint("\0" + name));
    }

    private sealed record EndPointOfServer(Process? Process, UnixDomainSocketEndPoint Address);
}
