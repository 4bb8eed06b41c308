using FsCheck;
using Microsoft.FSharp.Core;

namespace Pile.TestKit;

/// <summary>How laws are held against generated cases.</summary>
public static class Laws
{
    /// <summary>Throws the counterexample. The cases are the same each time: what a run finds, the next one finds too.</summary>
    public static Config Repeatable { get; } =
        Config.QuickThrowOnFailure.WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(2005, 759), FSharpOption<int>.None)));
}
