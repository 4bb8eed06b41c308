using Pile.Cli.Terminal;
using Pile.CrossMatch;

namespace Pile.Cli.Commands;

/// <summary>Shows the progress of a match.</summary>
internal sealed class MatchDisplay(ProgressDisplay display) : IProgress<MatchProgress>
{
    public void Report(MatchProgress value) => display.Report(value.Phase, value.Done, value.Total, "rows");
}
