namespace Pile.Format;

/// <summary>An error in the data, a file or the environment; the message states what is wrong, where, and what to do.</summary>
/// <remarks>There is one subtype per remedy. The message never contains a password, signature or key of an address. A mistake of the
/// caller is an <see cref="ArgumentException"/> instead.</remarks>
public abstract class PileException(string message, Exception? inner = null) : Exception(Redaction.Apply(message), inner);
