namespace Pile.Layers;

/// <summary>A header is damaged. The message completes the sentence "the file …".</summary>
internal sealed class HeaderFaultException(string finding) : Exception(finding);
