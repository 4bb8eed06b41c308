using System.Diagnostics;

namespace Pile.TestKit;

/// <summary>Runs Debian's Python with the reference implementations numpy, h5py, astropy and healpy.</summary>
public static class Python
{
    /// <summary>Runs a script given as text, with arguments, and returns what it printed.</summary>
    /// <exception cref="InvalidOperationException">Python ended with an error, which the message contains.</exception>
    public static string Run(string script, params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false
        };
        start.ArgumentList.Add("-");
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"python3 ended with {process.ExitCode}: {error.GetAwaiter().GetResult()}");
    }
}
