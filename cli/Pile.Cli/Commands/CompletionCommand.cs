using System.CommandLine;
using Pile.Cli.Terminal;

namespace Pile.Cli.Commands;

/// <summary><c>pile completion bash</c>: prints a completion script for the shell.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        # eval "$(pile completion bash)"
        _pile() {
            local IFS=$'\n'
            local words=$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
            COMPREPLY=($(compgen -o default -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _pile pile
        """;

    internal static Command Create()
    {
        Argument<string> shell = new("SHELL") { Description = "The shell; only bash is supported." };
        shell.AcceptOnlyFromAmong("bash");
        VerbCommand command = new("completion", "Prints a script that completes verbs and options in a shell.",
            "eval \"$(pile completion bash)\"", "pile completion bash > /etc/bash_completion.d/pile") { shell };
        command.SetAction(_ =>
        {
            TerminalText.Output.WriteLine(Bash);
            return ExitCode.Done;
        });
        return command;
    }
}
