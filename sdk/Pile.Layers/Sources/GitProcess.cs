using System.ComponentModel;
using System.Diagnostics;

namespace Pile.Layers;

/// <summary>A running <c>git</c> that reads a repository.</summary>
internal sealed class GitProcess : IDisposable
{
    private readonly Process process;
    private readonly Task<string> errors;

    private GitProcess(Process process)
    {
        this.process = process;
        errors = process.StandardError.ReadToEndAsync();
    }

    internal Stream Output => process.StandardOutput.BaseStream;

    /// <summary>Starts git in a folder.</summary>
    /// <exception cref="ArgumentException">There is no program git.</exception>
    internal static GitProcess Start(string folder, params ReadOnlySpan<string> arguments)
    {
        ProcessStartInfo start = new("git")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.ArgumentList.Add("-C");
        start.ArgumentList.Add(folder);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        // Nothing is fetched, asked or locked: the repository may be read only.
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_OPTIONAL_LOCKS"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            return new GitProcess(Process.Start(start)!);
        }
        catch (Win32Exception e)
        {
            throw new ArgumentException($"git cannot be started: {e.Message}. Install git, or scan the folder without a revision.", e);
        }
    }

    internal async Task WriteLineAsync(string line, CancellationToken cancellationToken)
    {
        await process.StandardInput.WriteAsync($"{line}\n".AsMemory(), cancellationToken).ConfigureAwait(false);
        await process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for the end, and returns the exit code and the first line of messages.</summary>
    internal async Task<(int Code, string Error)> EndAsync(CancellationToken cancellationToken)
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
        return (process.ExitCode, (await errors.ConfigureAwait(false)).Split('\n')[0].Trim());
    }

    public void Dispose()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
        process.Dispose();
    }
}
