using Pile.Cli.Terminal;
using Pile.Format;

namespace Pile.Cli.Commands;

/// <summary>Shows the progress of a match.</summary>
internal sealed class MatchDisplay(ProgressDisplay display) : IProgress<PhaseProgress>
{
    public void Report(PhaseProgress value) => display.Report(value.Phase, value.Done, value.Total, "rows");
}
